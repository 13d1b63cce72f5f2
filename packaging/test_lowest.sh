#!/usr/bin/env bash
# The core's tests with the lowest versions that pyproject.toml allows, in an environment of its own. Needs uv.
# test_lowest.sh [PYTHON]: the interpreter, by default the one that is called python3.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
uv venv --quiet --python "${1:-python3}" "$folder"
# Only what is direct is the lowest: what those need in turn is theirs to say. No package is compiled for it.
uv pip install --quiet --python "$folder" --resolution lowest-direct --only-binary :all: --no-binary headshot-check '.[test]'
# What an old package says of a newer one that it uses is no fault.
"$folder/bin/python" -m pytest -q -p no:cacheprovider \
  -W default::DeprecationWarning -W default::PendingDeprecationWarning \
  tests/test_photo.py tests/test_checker.py tests/test_cli.py tests/test_plain_command.py tests/test_doctor.py \
  tests/app/test_server.py

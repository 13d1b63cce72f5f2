"""What holds where nothing else is asked for. It imports nothing, so that `import headshot_check` stays light."""

from typing import Final

DEFAULT_POLICY: Final = "linkedin"
"""the policy of those who name none"""

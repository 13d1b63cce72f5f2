"""Is the driver's seat recognised, and are belt, head restraint and window outlined where they are?"""

# Passes on what an option has under a name, if a host can keep a delivered file under that name.
option: name: value:
if builtins.match "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}" name != null then
  value
else
  throw "${option}: ${builtins.toJSON name} is not a valid name: expected 1 to 64 letters, digits, dots, underscores and dashes, not starting with a dot"

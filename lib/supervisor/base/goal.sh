# --- Goals: what to do with the system, in the words of switch-to-configuration -------------------------------------------

is_goal() {
  case $1 in
    switch | boot) return 0 ;;
    *) return 1 ;;
  esac
}

# The system is activated now. Then a new login has to prove it before it is kept.
goal_activates() {
  [ "$1" = switch ]
}

# The host boots the system from now on.
goal_sets_boot_default() {
  case $1 in
    switch | boot) return 0 ;;
    *) return 1 ;;
  esac
}

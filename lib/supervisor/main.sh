# --- main -------------------------------------------------------------------------------------------------------------

serve() {
  # A login script may have printed a greeting that does not end with a line break.
  echo
  read_request
  case $verb in
    inspect | stage | receive | verify | start | confirm | status | adopt | hostkey | givekey | takekey) "$verb" ;;
    *) refuse bad-request "unknown verb: $verb" ;;
  esac
  event end "$verb"
}

main() {
  use_host_programs
  case ${1-} in
    '') serve ;;
    run | finalize | watch) "$@" ;;
    *) refuse bad-request "unknown argument: $1" ;;
  esac
}

main "$@"

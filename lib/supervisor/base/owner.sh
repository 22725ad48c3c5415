# --- Owners: whose deployments a host gets --------------------------------------------------------------------------------

# The owner of the last commit is in the journal. What one side does not know (an older version, an app without a project
# id) is not compared. The request says who asks, and whether
# that takes the host over.
is_of_other_owner() {
  [ "$(header_value take-over)" != yes ] || return 1
  is_contradiction "$journal_owner_project" "$(header_value owner-project)" ||
    is_contradiction "$journal_owner_stack" "$(header_value owner-stack)" ||
    is_contradiction "$journal_owner_workspace" "$(header_value owner-workspace)"
}

is_contradiction() {
  [ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ]
}

# What the request does not know of its owner is lost only when it takes the host over on purpose.
record_owner() {
  if [ "$(header_value take-over)" = yes ]; then journal_owner_project='' journal_owner_stack='' journal_owner_workspace=''; fi
  journal_owner_project=$(first_of "$(header_value owner-project)" "$journal_owner_project")
  journal_owner_stack=$(first_of "$(header_value owner-stack)" "$journal_owner_stack")
  journal_owner_workspace=$(first_of "$(header_value owner-workspace)" "$journal_owner_workspace")
}

first_of() {
  printf '%s\n' "${1:-$2}"
}

describe_owners() {
  printf 'the host was deployed by %s; this deployment is of %s\n' \
    "$(describe_owner "$journal_owner_project" "$journal_owner_stack" "$journal_owner_workspace")" \
    "$(describe_owner "$(header_value owner-project)" "$(header_value owner-stack)" "$(header_value owner-workspace)")"
}

describe_owner() {
  printf 'project %s, stack %s, workspace %s\n' "${1:-unknown}" "${2:-unknown}" "${3:-unknown}"
}

import { secondsProblem, settleSecondsProblem } from '../validation/seconds';
import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { systemProblem } from '../validation/system';
import { unitNameProblem } from '../validation/unit-name';
import { ownerProblem } from '../validation/owner';
import { choiceField, field, literalField, literalListField, optionalField } from './field';
import { GOAL_NAMES } from './goal';

/** Limits of a deployment: `DeploymentPolicies`. */
export const POLICY_FIELDS = {
  activationTimeoutSeconds: literalField(secondsProblem, 300),
  confirmTimeoutSeconds: literalField(secondsProblem, 60),
  settleSeconds: literalField(settleSecondsProblem, 5),
};

/** Options of a deployment besides its machine, its configuration and its values. */
export const DEPLOYMENT_FIELDS = {
  goal: choiceField('DeploymentGoal', GOAL_NAMES, 'switch'),
  ...POLICY_FIELDS,
};

/** Results of an evaluation. */
export const SYSTEM_FIELDS = {
  /** The system's store path. */
  toplevel: field<string>(storePathProblem),
  /** Missing when the configuration is a store path. */
  drvPath: optionalField<string>(derivationPathProblem),
  /** `x86_64-linux`; missing when the configuration is a store path. */
  system: optionalField<string>(systemProblem),
};

/** The parts of an owner. */
export const OWNER_FIELDS = {
  /** Missing when the app has no project id. */
  project: optionalField<string>(ownerProblem),
  stack: optionalField<string>(ownerProblem),
  /** Known at apply. */
  workspace: optionalField<string>(ownerProblem),
};

/** Options of one value. */
export const VALUE_FIELDS = {
  restartUnits: literalListField<string>(unitNameProblem),
};

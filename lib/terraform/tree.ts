import { App } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Neither the construct nor one around it has been removed (`node.tryRemoveChild`). */
export function isInTree({ node }: IConstruct): boolean {
  return node.scopes.every(
    (one) => one.node.scope === undefined || one.node.scope.node.tryFindChild(one.node.id) === one,
  );
}

/**
 * Has something done at the end of each synth of an app, when every stack has been written. An app validates itself
 * last; one that skips validation does not get there.
 */
export function whenSynthesized(root: IConstruct, action: () => void): void {
  if (!App.isApp(root)) return;
  root.node.addValidation({
    validate: () => {
      action();
      return [];
    },
  });
}

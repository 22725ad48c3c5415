import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** The disks of the types that are known here, in GB (Hetzner's price list of 2026). Other types are not checked. */
const DISKS: { readonly [type: string]: number } = {
  cx22: 40,
  cx32: 80,
  cx42: 160,
  cx52: 320,
  cx23: 40,
  cx33: 80,
  cx43: 160,
  cx53: 320,
  cpx11: 40,
  cpx21: 80,
  cpx31: 160,
  cpx41: 240,
  cpx51: 360,
  cax11: 40,
  cax21: 80,
  cax31: 160,
  cax41: 320,
  ccx13: 80,
  ccx23: 160,
  ccx33: 240,
  ccx43: 360,
  ccx53: 600,
  ccx63: 960,
};

/** The problem with the name of a type of server, if there is one. */
export function serverTypeProblem(type: unknown): Problem | undefined {
  if (typeof type === 'string' && /^[a-z]{2,4}[0-9]{1,3}$/.test(type)) return undefined;
  return {
    given: display(type),
    expected: 'the name of a type of server: cx23, cpx11, cax11, ccx13, ...',
    fix: 'write it in lower case, as Hetzner does',
  };
}

/** `x86` or `arm`; undefined for a type of a kind that is not known here. */
export function architectureOf(type: string): string | undefined {
  if (/^cax[0-9]/.test(type)) return 'arm';
  return /^(cx|cpx|ccx)[0-9]/.test(type) ? 'x86' : undefined;
}

/** In GB; undefined for a type that is not known here. */
export function diskOf(type: string): number | undefined {
  return Object.hasOwn(DISKS, type) ? DISKS[type] : undefined;
}

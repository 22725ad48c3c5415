import { expect, it } from 'vitest';
import { StreamCopier } from '../../../lib/client/copy/stream-copier';
import type { HostSession } from '../../../lib/client/host/session';
import { Report } from '../../../lib/client/report/report';
import { TOPLEVEL } from '../support/job';

type Stream = Parameters<HostSession['receive']>[1];

it('a host that says again and again that another copy is under way is waited for once', async () => {
  const lines: string[] = [];
  const receive = (_id: string, { onWait }: Stream) => {
    for (let i = 0; i < 3; i++) onWait();
    return Promise.resolve();
  };
  const report = new Report('web', undefined, (line) => lines.push(line));
  const copier = new StreamCopier({ receive } as HostSession, 'a', 'none', report);
  await copier.copy({ toplevel: TOPLEVEL, missing: [TOPLEVEL], bytes: 0 });
  expect(lines).toEqual(['web: copy: waiting for another copy to this host to end\n']);
});

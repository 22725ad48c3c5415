import { describe, expect, it } from 'vitest';
import { HostState } from '../../../../lib/client/host/host-state';
import { SupervisorReply } from '../../../../lib/client/host/supervisor-reply';
import { Ownership } from '../../../../lib/client/jobs/deployment/ownership';
import type { Owner } from '../../../../lib/job/job';
import { deploymentJob } from '../../support/job';

const OURS = { project: 'b2f3', stack: 'web', workspace: 'default' };

function hostOf(owner: Owner): HostState {
  const reply = new SupervisorReply('c0ffee');
  for (const [part, name] of Object.entries(owner)) reply.take(`@nixos-c0ffee owner-${part}=${name}`);
  return new HostState(reply);
}

function ownership(owner: Owner | undefined, takeOver?: string): Ownership {
  return new Ownership(deploymentJob({ owner }), { CDKTF_NIXOS_TAKE_OVER: takeOver });
}

describe('the owner of a host', () => {
  it.each([
    ['the same', OURS],
    ['none, as in an older journal', {}],
    ['one without a project id', { stack: 'web', workspace: 'default' }],
  ])('a deployment is not refused when the host has %s', (_, theirs) => {
    expect(() => ownership(OURS).refuseOther(hostOf(theirs))).not.toThrow();
  });

  it.each([
    ['the job has no owner, as before version 0.2', undefined],
    ['the app has no project id', { stack: 'web', workspace: 'default' }],
  ])('a deployment is not refused when %s', (_, ours) => {
    expect(() => ownership(ours).refuseOther(hostOf(OURS))).not.toThrow();
  });

  it.each([
    [{ ...OURS, project: 'a9' }, 'project a9, stack web, workspace default'],
    [{ ...OURS, stack: 'mail%20%2f' }, 'project b2f3, stack mail /, workspace default'],
    [{ ...OURS, workspace: 'ann' }, 'project b2f3, stack web, workspace ann'],
    [{ workspace: 'ann' }, 'project unknown, stack unknown, workspace ann'],
  ])('a deployment of another owner is refused, and both are named: %o', (theirs, described) => {
    expect(() => ownership(OURS).refuseOther(hostOf(theirs))).toThrow(
      expect.objectContaining({
        status: 1,
        message: `the host belongs to ${described}; this deployment is of project b2f3, stack web, workspace default`,
        fix: expect.stringMatching(/apply once with CDKTF_NIXOS_TAKE_OVER=web$/),
      }),
    );
  });

  it.each(['web', 'fleet/web', 'all', 'mail, web'])(
    'a machine is taken over on purpose when it is named: %s',
    (named) => {
      const taking = ownership(OURS, named);
      expect(() => taking.refuseOther(hostOf({ ...OURS, project: 'a9' }))).not.toThrow();
      expect(taking.header).toContainEqual(['take-over', 'yes']);
    },
  );

  it.each(['', 'mail', 'we', 'fleet'])('a machine is not taken over when others are named: %j', (named) => {
    expect(() => ownership(OURS, named).refuseOther(hostOf({ ...OURS, project: 'a9' }))).toThrow();
    expect(ownership(OURS, named).header.map(([key]) => key)).not.toContain('take-over');
  });

  it('the header holds words of the wire, whatever the names are', () => {
    const owner = { project: "ü (a)'", stack: 'x'.repeat(300), workspace: 'a b\nc' };
    expect(ownership(owner).header).toEqual([
      ['owner-project', '%C3%BC%20%28a%29%27'],
      ['owner-stack', expect.stringMatching(/^x{192}[0-9a-f]{64}$/)],
      ['owner-workspace', 'a%20b%0Ac'],
    ]);
    const recorded = Object.fromEntries(ownership(owner).header.map(([key, word]) => [key.slice(6), word]));
    expect(ownership(owner).isRecordedOn(hostOf(recorded))).toBe(true);
  });

  it.each(['x'.repeat(256), 'ü'.repeat(43), 'ü'.repeat(300)])(
    'long names that begin alike are different owners: %s',
    (beginning) => {
      const [ours, theirs] = [{ stack: `${beginning}a` }, { stack: `${beginning}b` }];
      const [[, word]] = ownership(theirs).header as [[string, string]];
      expect(word).toMatch(/^[A-Za-z0-9%._-]{1,256}$/);
      expect(() => ownership(theirs).refuseOther(hostOf({ stack: word }))).not.toThrow();
      expect(() => ownership(ours).refuseOther(hostOf({ stack: word }))).toThrow(/^the host belongs to /);
      expect(ownership(ours).isRecordedOn(hostOf({ stack: word }))).toBe(false);
    },
  );

  it('a name of exactly the longest length stays as it is', () => {
    expect(ownership({ stack: 'x'.repeat(256) }).header).toEqual([['owner-stack', 'x'.repeat(256)]]);
  });

  it('a name that is not well-formed Unicode is a name like any other', () => {
    expect(ownership({ stack: 'a\ud800b' }).header).toEqual([['owner-stack', 'a%EF%BF%BDb']]);
  });

  it('an owner is recorded when the host knows all that we know', () => {
    expect(ownership(OURS).isRecordedOn(hostOf(OURS))).toBe(true);
    expect(ownership(OURS).isRecordedOn(hostOf({ ...OURS, workspace: '' }))).toBe(false);
    expect(ownership({ stack: 'web' }).isRecordedOn(hostOf(OURS))).toBe(true);
    expect(ownership(undefined).isRecordedOn(hostOf({}))).toBe(true);
  });
});

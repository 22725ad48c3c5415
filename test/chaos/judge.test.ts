import { describe, expect, it } from 'vitest';
import { complaintsAbout, complaintsAboutNext, type Facts } from './judge';

const SYSTEMS = { old: '/old', wanted: '/wanted', rival: '/rival', foreign: '/foreign' };
const LOOK: Facts['host'] = {
  running: '/wanted',
  profile: '/wanted',
  boots: '/wanted',
  generation: 'system-2-link',
  generations: 2,
  damaged: [],
  state: 'committed',
  etc: [],
  services: [],
  roots: [],
  temporary: [],
  files: [],
  requests: [],
  units: [],
  processes: ['app', 'app', 'sshd'],
  sessions: [],
  lock: 'free',
  deployer: [],
};

/** A deployment that was committed in spite of what struck it. */
const COMMITTED: Facts = {
  event: 'network',
  variant: 'silence',
  phase: 'commit',
  systems: SYSTEMS,
  status: 0,
  lines: ['web: done: generation 1 -> 2'],
  before: { processes: ['app', 'app', 'sshd'] },
  host: LOOK,
  journal: { id: '1', state: 'committed', committed: '/wanted' },
  generations: ['/old', '/wanted'],
  login: true,
};

const RETURNED: Facts = {
  ...COMMITTED,
  status: 2,
  lines: [
    'web: failed: it was not kept',
    'web: host: runs and boots /old; it rolled back by itself',
    'web: to do: ...',
  ],
  host: { ...LOOK, running: '/old', profile: '/old', boots: '/old', state: 'rolled-back' },
  journal: { id: '1', state: 'rolled-back', committed: '/old' },
  generations: ['/old'],
};

function seen(change: Partial<Facts['host']>, facts = COMMITTED): string {
  return complaintsAbout({ ...facts, host: { ...facts.host, ...change } }).join('\n');
}

function told(change: Partial<Facts>, facts = COMMITTED): string {
  return complaintsAbout({ ...facts, ...change }).join('\n');
}

describe('the judge of a run', () => {
  it('is content with a commit and with a rollback', () => {
    expect(told({})).toBe('');
    expect(told({}, RETURNED)).toBe('');
  });

  it('is content with a boot loader that a full disk kept from being written back, while everything is as before', () => {
    const left = { ...RETURNED, event: 'disk' } as const;
    expect(seen({ state: 'rollback-failed' }, left)).toBe('');
    expect(seen({ state: 'rollback-failed', boots: '/wanted' }, left)).toMatch(/runs \/old and boots \/wanted/);
  });

  it.each<[string, Partial<Facts['host']>, RegExp]>([
    ['that runs another system', { running: '/other' }, /runs \/other, which it may not/],
    ['that boots another system than it runs', { boots: '/old' }, /runs \/wanted and boots \/old/],
    ['whose profile is another system', { profile: '/old' }, /profile is \/old/],
    ['whose /etc is of another system', { etc: ['app/version is old'] }, /\/etc: app/],
    ['with a service of another system', { services: ['app does not run'] }, /service: app/],
    ['with an unfinished journal', { state: 'waiting' }, /state is waiting/],
    ['that could not roll back', { state: 'rollback-failed' }, /state is rollback-failed/],
    ['with a lock that is held', { lock: 'held' }, /lock is held/],
    ['with a process too many', { processes: ['app', 'app', 'app', 'sshd'] }, /process left: app/],
    ['with a process too few', { processes: ['app', 'sshd'] }, /process missing: app/],
    ['with a unit of a transaction', { units: ['cdktf-nixos-1.service'] }, /unit left/],
    ['with damaged store paths', { damaged: ['/nix/store/x'] }, /damaged: \/nix\/store\/x/],
    ['and a machine that deploys with leftovers', { deployer: ['tmp/m'] }, /left on this machine: tmp\/m/],
  ])('notices a host %s', (_, change, complaint) => {
    expect(seen(change)).toMatch(complaint);
  });

  it('notices a host that nobody can log in to', () => {
    expect(told({ login: false })).toMatch(/no fresh login/);
  });

  it('notices a journal that names another system than the one that runs', () => {
    expect(told({ journal: { committed: '/old' } })).toMatch(/\/old was committed/);
  });

  it('notices a host that keeps a system that must roll back', () => {
    expect(told({ phase: 'rollback' })).toMatch(/runs \/wanted, which it may not/);
  });

  it('notices an exit status of success without a commit, and those of failures that did not happen', () => {
    expect(told({ status: 0, lines: [] }, RETURNED)).toMatch(/exit status 0: the system was not committed/);
    for (const status of [1, 2, 3, 64, 75]) {
      expect(told({ status, lines: RETURNED.lines })).toMatch(`exit status ${status}`);
    }
  });

  it('notices another deployment that ends with 0 without a commit', () => {
    expect(told({ event: 'rival', rivalStatus: 0 })).toMatch(/the other deployment ended with 0/);
  });

  it('notices a message without its parts, and one that is wrong about the host', () => {
    expect(told({ lines: [] }, RETURNED)).toMatch(/said "failed" 0 times\n.*"host" 0 times\n.*"to do" 0 times/);
    const wrong = RETURNED.lines.map((line) => line.replace('/old', '/wanted'));
    expect(told({ lines: wrong }, RETURNED)).toMatch(/said that the host runs \/wanted/);
  });

  it('allows an unfinished journal after a power cut alone', () => {
    const cut = { ...RETURNED, host: { ...RETURNED.host, state: 'committing', profile: '/wanted' } };
    expect(complaintsAbout({ ...cut, event: 'power' })).toEqual([]);
    expect(complaintsAbout({ ...cut, event: 'sshd' })).not.toEqual([]);
  });

  it('allows a foreign system only where somebody switched by hand', () => {
    const foreign = { running: '/foreign', profile: '/foreign', boots: '/foreign', state: 'aborted' };
    const facts = { ...RETURNED, status: 1, host: { ...RETURNED.host, ...foreign } };
    expect(complaintsAbout({ ...facts, event: 'foreign', variant: 'switch' })).toEqual([]);
    expect(complaintsAbout({ ...facts, event: 'client' })).not.toEqual([]);
    const tested = { ...facts, host: { ...RETURNED.host, running: '/foreign', state: 'aborted' } };
    expect(complaintsAbout({ ...tested, event: 'foreign', variant: 'test' })).toEqual([]);
    expect(complaintsAbout({ ...tested, event: 'foreign', variant: 'switch' })).not.toEqual([]);
  });
});

describe('the judge of the next deployment', () => {
  const next = { next: '/wanted', status: 0, before: COMMITTED.before, host: LOOK, login: true };

  it('is content with a host that has nothing but the next system', () => {
    expect(complaintsAboutNext(next)).toEqual([]);
  });

  it.each<[string, Partial<typeof next>, RegExp]>([
    ['that failed', { status: 1 }, /exit status 1/],
    ['that left another system', { next: '/next' }, /runs \/wanted/],
    ['that left a root', { host: { ...LOOK, roots: ['x -> y'] } }, /root left/],
    ['that left a request', { host: { ...LOOK, requests: ['/run/cdktf-nixos/1'] } }, /request left/],
    ['that left a file', { host: { ...LOOK, temporary: ['/tmp/x'] } }, /file left/],
    ['that left a journal behind', { host: { ...LOOK, state: 'aborted' } }, /state is aborted/],
    ['that locked everybody out', { login: false }, /no fresh login/],
  ])('notices one %s', (_, change, complaint) => {
    expect(complaintsAboutNext({ ...next, ...change }).join('\n')).toMatch(complaint);
  });
});

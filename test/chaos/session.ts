import { setTimeout as pause } from 'node:timers/promises';
import { ssh } from '../../lab/ssh';
import { until } from '../../lab/wait';
import { look } from '../faults/support/look';
import type { Run, RunEnd } from '../faults/support/run';
import { ORDINARY, Scene } from '../faults/support/scene';
import { TerraformProject } from '../faults/support/terraform-project';
import type { LabHost } from '../../lab';
import { EVENTS } from './all-events';
import type { Card } from './card';
import type { Aftermath } from './event';
import { journalOf } from './journal';
import { complaintsAbout, complaintsAboutNext } from './judge';
import { isPast, phaseNamed, type Progress, progressOf } from './phase';
import { randomOf } from './random';
import type { ChaosSystems } from './systems';

/** Short: a host that is left alone decides soon. */
const LIMITS = { activationSeconds: 20, confirmSeconds: 4 };
/** How long the host may take to decide, and what ends may take to be gone. */
const SETTLE_SECONDS = 45;
const PHASE_SECONDS = 60;

/** How a deployment went that something struck. */
export interface Struck {
  readonly end: RunEnd;
  readonly rival: RunEnd | undefined;
  /** Where the deployment was when it was struck. */
  readonly hit: Progress;
}

/** One deployment to a host, with what strikes it and what follows. */
export class Session {
  static async begin(card: Card, host: LabHost, systems: ChaosSystems): Promise<Session> {
    const old = await host.running();
    const scene = await Scene.on(host, {
      systems: { old, wanted: systems.wanted(card.way), next: systems.after(old) },
      limits: { ...LIMITS, settleSeconds: card.way.settleSeconds ?? 0 },
    });
    if (card.event === 'terraform') await scene.deployBy(new TerraformProject(scene.operator, host));
    if (card.event === 'foreign') await host.copyClosure(systems.others.foreign);
    await scene.lookBefore();
    return new Session(card, scene, systems);
  }

  /** What the deployment has printed so far. */
  get lines(): readonly string[] {
    return this.run?.lines ?? [];
  }

  private run: Run | undefined;

  private constructor(
    private readonly card: Card,
    readonly scene: Scene,
    private readonly systems: ChaosSystems,
  ) {}

  /** Deploys, and lets the event strike at its moment. */
  async strike(): Promise<Struck> {
    const { scene, card } = this;
    const { kilobits, seconds } = phaseNamed(card.phase);
    const before = journalOf(scene.host).id;
    if (kilobits !== undefined) await scene.host.network.limit(kilobits);
    if (card.way.gate) await scene.operator.closeGate();
    const run = (this.run = await scene.deploy());
    await this.reach(run, before);
    await pause(card.moment * seconds * 1000);
    const hit = progressOf(run.lines, journalOf(scene.host), before);
    const aftermath = await this.hit(run);
    if (kilobits !== undefined) await scene.host.network.limit(0);
    await scene.operator.openGate();
    const [end, rival] = await Promise.all([run.end(), aftermath.rival, aftermath.over]);
    return { end, rival, hit };
  }

  /** Everything that is wrong with the host and with what was said about it, once it has decided. */
  async judge({ end, rival }: Struck): Promise<string[]> {
    const { scene, card, systems } = this;
    return this.settled(async () => {
      const host = await look(scene);
      return complaintsAbout({
        ...card,
        systems: { ...scene.systems, ...systems.others },
        status: end.status,
        lines: end.lines,
        rivalStatus: rival?.status,
        before: scene.before,
        host,
        journal: journalOf(scene.host),
        generations: await this.generations(),
        login: await this.login(),
      });
    });
  }

  /** The same after the next deployment. */
  async judgeNext(): Promise<{ readonly end: RunEnd; readonly complaints: readonly string[] }> {
    const { scene } = this;
    await scene.ageLeftovers();
    const end = await (await scene.deploy(scene.systems.next, ORDINARY)).end();
    const complaints = await this.settled(async () =>
      complaintsAboutNext({
        next: scene.systems.next,
        status: end.status,
        before: scene.before,
        host: await look(scene),
        login: await this.login(),
      }),
    );
    return { end, complaints };
  }

  private async reach(run: Run, before: string | undefined): Promise<void> {
    let ended = false;
    void run.end().then(() => (ended = true));
    await until(`the deployment is at "${this.card.phase}"`, PHASE_SECONDS, () => {
      const progress = progressOf(run.lines, journalOf(this.scene.host), before);
      return ended || progress === this.card.phase || isPast(progress, this.card.phase);
    });
  }

  private async hit(run: Run): Promise<Aftermath> {
    const { scene, card, systems } = this;
    const { phase, variant } = card;
    const stage = { scene, run, phase, variant, others: systems.others, random: randomOf(card.seed + 1) };
    return (await EVENTS[card.event].strike(stage)) ?? {};
  }

  /** Asks again as long as there are complaints, until the time for that is over. */
  private async settled(ask: () => Promise<string[]>): Promise<string[]> {
    for (const end = Date.now() + SETTLE_SECONDS * 1000; ; await pause(300)) {
      const complaints = await ask().catch((error: Error) => [`the host cannot be looked at: ${error.message}`]);
      if (complaints.length === 0 || Date.now() > end) return complaints;
    }
  }

  private async login(): Promise<boolean> {
    return (await ssh(this.scene.host, 'true')).exitCode === 0;
  }

  private async generations(): Promise<string[]> {
    return (await this.scene.host.read('readlink -f /nix/var/nix/profiles/system-*-link')).split('\n');
  }
}

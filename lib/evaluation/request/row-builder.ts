import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { getOrCreate } from '../../private/get-or-create';
import { EvaluationError } from '../nix/evaluation-error';
import { InputError, type Problem } from '../../validation/problem';
import { incompleteFileProblem } from './arguments';
import type { IConstruct } from 'constructs';
import { resolveFlake, type FlakeSource } from '../source/flake-source';
import { stageModule, type StagedModule } from '../source/staged-module';
import type {
  ConfigurationRequest,
  EvaluationRequest,
  FileRequest,
  RequestedModule,
  RequestedNixpkgs,
} from './request';
import type { FileRow, Row, RowModule, RowNixpkgs } from './row';
import { plainData } from './plain-data';

/** A row with everything that its evaluation needs. */
export interface PreparedRow {
  readonly row: Row;
  /** References of the flakes that it uses. */
  readonly flakes: readonly string[];
  readonly modules: readonly StagedModule[];
}

/** Makes rows from requests and resolves what they refer to. A flake is resolved once, however many rows use it. */
export class RowBuilder {
  private readonly sources = new Map<string, FlakeSource | { readonly error: unknown }>();

  constructor(
    private readonly project: string,
    private readonly outputDirectory: string,
    /** Where requests are staged. */
    private readonly requests: string,
  ) {}

  /**
   * The row of a request.
   *
   * @param scope the construct that asked first, for messages
   * @throws when the request holds something that cannot be evaluated
   */
  build(request: EvaluationRequest, scope: IConstruct): PreparedRow {
    const { name } = request;
    if (request.kind === 'configuration') return this.configuration(request, scope);
    const flake = this.flake(request.source.flake).name;
    const row: Row =
      request.kind === 'package'
        ? { kind: 'package', name, source: flake, attribute: request.source.attribute }
        : { kind: 'names', name, source: flake };
    return { row, flakes: [request.source.flake], modules: [] };
  }

  /** @throws the same error for every use of a flake that cannot be resolved */
  flake(reference: string): FlakeSource {
    const known = getOrCreate(this.sources, reference, () =>
      resultOrError(() => resolveFlake(reference, this.project, this.outputDirectory)),
    );
    if ('error' in known) throw known.error;
    return known;
  }

  /** All flakes that were resolved. */
  flakes(): FlakeSource[] {
    return [...this.sources.values()].filter((source): source is FlakeSource => !('error' in source));
  }

  private configuration(request: ConfigurationRequest, scope: IConstruct): PreparedRow {
    const staged: StagedModule[] = [];
    const flakes: string[] = [];
    const use = (reference: string) => {
      flakes.push(reference);
      return this.flake(reference).name;
    };
    const { name, source } = request;
    const modules = request.modules.map((module, index) => this.module(module, index, request, { scope, staged, use }));
    const specialArgs = plainData(request.specialArgs, 'specialArgs', scope) as { [name: string]: unknown };
    const common = { name, modules, specialArgs };
    const row: Row =
      source.kind === 'flake'
        ? { kind: 'flake', source: use(source.flake), attribute: source.attribute, ...common }
        : { kind: 'file', ...this.file(source, name, scope), ...common };
    return { row, flakes: [...new Set(flakes)], modules: staged };
  }

  private module(module: RequestedModule, index: number, request: ConfigurationRequest, to: Collector): RowModule {
    const place = `modules[${index}]`;
    const label = `${to.scope.node.path} ${place}`;
    switch (module.kind) {
      case 'config':
        return { kind: 'config', label, config: plainData(module.config, place, to.scope), priority: module.priority };
      case 'file': {
        const staged = stageModule(module.file, module.root, this.outputDirectory);
        to.staged.push(staged);
        return { kind: 'file', file: staged.file };
      }
      case 'inFlake':
        if (request.source.kind === 'flake') {
          return { kind: 'inFlake', source: to.use(request.source.flake), path: module.path };
        }
        throw new InputError(to.scope.node.path, place, {
          given: `NixosModule.inFlake("${module.path}") for the file ${request.name}`,
          expected: 'a module that needs no flake',
          fix: 'use NixosModule.fromFile',
        });
      case 'flake':
        return { kind: 'flake', source: to.use(module.flake), attribute: module.attribute };
    }
  }

  private file(source: FileRequest, name: string, scope: IConstruct): Pick<FileRow, 'file' | 'nixpkgs' | 'system'> {
    const { file, nixpkgs, system } = source;
    if (nixpkgs === undefined || system === undefined) {
      throw new InputError(scope.node.path, 'configuration', incompleteFileProblem(name, source) as Problem);
    }
    if (!existsSync(file)) throw new EvaluationError({ subject: file, reason: 'the file does not exist' });
    return { file: this.fromRequest(file), nixpkgs: this.nixpkgs(nixpkgs), system };
  }

  private nixpkgs(nixpkgs: RequestedNixpkgs): RowNixpkgs {
    if (nixpkgs.kind === 'flake') return { kind: 'path', path: this.flake(nixpkgs.flake).storePath };
    return nixpkgs.kind === 'path' ? { kind: 'path', path: this.fromRequest(nixpkgs.path) } : nixpkgs;
  }

  /** Requests name the user's files relative to their own folder, so that they are the same on every machine. */
  private fromRequest(file: string): string {
    const request = path.join(realpathSync(this.requests), 'request');
    return path.relative(request, path.join(realpathSync(path.dirname(file)), path.basename(file)));
  }
}

/** Collects what a row needs while it is made. */
interface Collector {
  readonly scope: IConstruct;
  readonly staged: StagedModule[];
  /** Notes that the row uses a flake, and returns the name of its source. */
  readonly use: (flake: string) => string;
}

function resultOrError<T>(make: () => T): T | { readonly error: unknown } {
  try {
    return make();
  } catch (error) {
    return { error };
  }
}

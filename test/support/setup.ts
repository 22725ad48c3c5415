import { Testing } from 'cdktf';
import { expect } from 'vitest';

// cdktf registers its matchers on a global `expect`, as jest has one.
(globalThis as { expect?: unknown }).expect = expect;
Testing.setupJest();

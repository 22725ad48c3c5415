// The library imports this file as yaml: a program that reads no sops file never loads yaml itself.

// @ts-expect-error the build makes it
const load = () => require('./yaml-bundle.js');

/** @param {unknown[]} call */
exports.parse = (...call) => load().parse(...call);

// The library imports this file as execa: a program that starts no process never loads execa itself.

// @ts-expect-error the build makes it
const load = () => require('./execa-bundle.js');

/** @param {unknown[]} call */
exports.execa = (...call) => load().execa(...call);
/** @param {unknown[]} call */
exports.execaSync = (...call) => load().execaSync(...call);

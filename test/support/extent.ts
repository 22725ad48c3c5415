/** `npm run test:slow`: the slow files, and groups for shapes of host on each of these. Otherwise the first shape has to do. */
export const ALL_TESTS = process.env.TESTS === 'all';

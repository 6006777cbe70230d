import manifest from '../package.json' with { type: 'json' };

/** The version of archon, as package.json says. */
export const version: string = manifest.version;

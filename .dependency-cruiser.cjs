// Who may import whom, from the bottom up; ARCHITECTURE.md says why. A folder may import itself and
// what its line names; behind `types` stand folders it may know the types of and nothing else.
const layers = {
	base: { uses: [] },
	protocol: { uses: ['base'] },
	process: { uses: ['base'] },
	native: { uses: ['base'] },
	events: { uses: ['base', 'protocol'] },
	keeper: { uses: ['base', 'protocol', 'process', 'native', 'events'] },
	service: { uses: ['base', 'process'] },
	config: { uses: ['base', 'protocol', 'process', 'service'] },
	sockets: { uses: ['base', 'protocol', 'process', 'native', 'events', 'keeper'] },
	rules: { uses: ['base', 'protocol', 'process', 'events', 'service'] },
	sources: { uses: ['base', 'process', 'native', 'events', 'service', 'rules'], types: ['supervisor'] },
	supervisor: {
		uses: ['base', 'protocol', 'process', 'native', 'events', 'keeper', 'service', 'config', 'sockets'],
	},
	policy: {
		uses: [
			'base',
			'protocol',
			'process',
			'events',
			'keeper',
			'service',
			'config',
			'rules',
			'sources',
			'supervisor',
		],
		types: ['native'],
	},
	requests: {
		uses: ['base', 'protocol', 'process', 'events', 'service'],
		types: ['native', 'keeper', 'config', 'rules', 'sources', 'policy', 'sockets', 'supervisor'],
	},
	server: {
		uses: ['base', 'protocol', 'native', 'events', 'keeper', 'requests'],
		types: ['process', 'service', 'config', 'policy', 'supervisor'],
	},
	client: { uses: ['base', 'protocol'], types: ['events'] },
	cli: { uses: ['base', 'protocol', 'events', 'rules', 'requests', 'client'] },
	daemon: {
		uses: [
			'base',
			'protocol',
			'process',
			'native',
			'events',
			'keeper',
			'service',
			'config',
			'rules',
			'supervisor',
			'policy',
			'requests',
			'server',
		],
	},
};

const folder = (name) => `^src/${name}/`;

const stayDown = ([name, { uses, types = [] }]) => ({
	name: `${name}-stays-down`,
	comment: `src/${name} may import ${['itself', ...uses].join(', ')}, and of ${types.join(', ') || 'nothing else'} not even the types.`,
	severity: 'error',
	from: { path: folder(name) },
	to: { path: '^src/', pathNot: [name, ...uses, ...types].map(folder) },
});

const onlyTypes = ([name, { types = [] }]) => ({
	name: `${name}-knows-only-types`,
	comment: `src/${name} is loaded without ${types.join(', ')}: it may import their types, not their code.`,
	severity: 'error',
	from: { path: folder(name) },
	to: { path: types.map(folder), dependencyTypesNot: ['type-only'] },
});

module.exports = {
	forbidden: [
		...Object.entries(layers).map(stayDown),
		...Object.entries(layers)
			.filter(([, layer]) => layer.types)
			.map(onlyTypes),
		{
			name: 'no-circular',
			comment: 'Two files that need each other are one file, or three.',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'every-folder-has-its-layer',
			comment: 'A new folder in src/ gets its line in the table above.',
			severity: 'error',
			from: { path: '^src/[^/]+/', pathNot: Object.keys(layers).map(folder) },
			to: {},
		},
		{
			name: 'one-door-to-the-addon',
			comment: 'Only src/native says where the addon is and what it exports.',
			severity: 'error',
			from: { pathNot: '^src/native/' },
			to: { path: '\\.node$' },
		},
		{
			name: 'what-ships-depends-on-what-ships',
			comment: 'src/ imports from dependencies, never from devDependencies.',
			severity: 'error',
			from: { path: '^src/' },
			to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
		},
		{
			name: 'resolvable',
			comment: 'An import has to lead somewhere.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		doNotFollow: { path: 'node_modules' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
	},
};

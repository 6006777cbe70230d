/** The labels of a service, by their names. */
export type Labels = Readonly<Record<string, string>>;

/** What rows of `Config` say of labels, by the name of the service. */
export function labelsOf(rows: Iterable<readonly string[]>): ReadonlyMap<string, Labels> {
	const all = new Map<string, Record<string, string>>();
	for (const [key = '', value = ''] of rows) {
		const [, service, label] = labelKey.exec(key) ?? [];
		if (service !== undefined && label !== undefined) {
			const name = bare(service);
			const labels = all.get(name) ?? {};
			labels[bare(label)] = value;
			all.set(name, labels);
		}
	}
	return all;
}

/** `service.web.labels.tier`; a part with other characters stands in quotes. */
const labelKey = /^service\.("[^"]*"|[A-Za-z0-9_-]+)\.labels\.(".*"|[A-Za-z0-9_-]+)$/s;

function bare(part: string): string {
	return part.startsWith('"') ? part.slice(1, -1) : part;
}

/** Exchanges what two keys have in a map; one that has nothing gives nothing. */
export function swapIn<K extends object, V extends object>(map: Mapping<K, V>, one: K, other: K): void {
	const [first, second] = [map.get(one), map.get(other)];
	put(map, one, second);
	put(map, other, first);
}

type Mapping<K, V> = {
	get(key: K): V | undefined;
	set(key: K, value: V): unknown;
	delete(key: K): boolean;
};

function put<K, V>(map: Mapping<K, V>, key: K, value: V | undefined): void {
	if (value === undefined) {
		map.delete(key);
	} else {
		map.set(key, value);
	}
}

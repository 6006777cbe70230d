import { resolve } from 'node:path/posix';
import { name as nameField } from '../base/field.ts';
import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { type Reader, word } from './reader.ts';

/** A path, absolute or from the folder of the file. */
export const path: Reader<string> = word(
	'a path',
	(given, at) => (given === '' || given.includes('\0') ? undefined : resolve(at.folder, given)),
	(value) => value,
);

/** The name of a process. */
export const name: Reader<string> = word(
	'a name',
	(given) => nameField.read(given),
	(value) => value,
);

/** A user the system knows. */
export const user: Reader<string> = word(
	'the name of a user',
	(given, at) =>
		given !== '' && at.accounts.user(given) !== undefined
			? given
			: refuse(`there is no user ${shown(given)}`),
	(value) => value,
);

/** A group the system knows. */
export const group: Reader<string> = word(
	'the name of a group',
	(given, at) =>
		given !== '' && at.accounts.group(given) !== undefined
			? given
			: refuse(`there is no group ${shown(given)}`),
	(value) => value,
);

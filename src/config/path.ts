import { resolve } from 'node:path/posix';
import { name as nameField } from '../base/field.ts';
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

import fs from 'node:fs';
import { promisify } from 'node:util';

// As node:fs/promises has them, which takes 5 ms of each start to load: it brings readline and perf_hooks along.
export const access = promisify(fs.access);
export const stat = promisify(fs.stat);
export const lstat = promisify(fs.lstat);
export const readdir = promisify(fs.readdir);
export const open = promisify(fs.open);
export const fstat = promisify(fs.fstat);
export const readAll = promisify(fs.readFile);
export const close = promisify(fs.close);

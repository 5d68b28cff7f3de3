/** Writes a run with one long series: `makeLongRun DIRECTORY POINTS`. Prints the run's directory. */
import { recordLongRun } from './longRun.js';
import { scratchRun } from './scratch.js';

const [, , folder = '', points = ''] = process.argv;
const directory = scratchRun(folder);
recordLongRun(directory, Number(points));
console.log(directory);

// Builds the native binding of @tensorflow/tfjs-node or -gpu against the libtensorflow of Python's TensorFlow, which
// knows newer GPUs and newer Nodes than the binding that npm downloads. docs/gpu.md tells when and how. Needs g++ and
// the npm package node-api-headers; nothing of this repository.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const USAGE = `node build-tfjs-node.mjs [--python PYTHON] [--package @tensorflow/tfjs-node-gpu] [FOLDER]

  --python PYTHON   a Python that has TensorFlow 2.18 (default: python3)
  --package NAME    @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node (default: the one that is installed)
  FOLDER            the project that has it in its node_modules (default: this folder)`;

const NAMES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** Ends with a message that says what to do. */
function fail(message) {
  process.stderr.write(`build-tfjs-node: ${message}\n`);
  process.exit(1);
}

function parse(argv) {
  const options = { python: 'python3', name: undefined, folder: process.cwd() };
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at];
    if (argument === '--help') {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    } else if (argument === '--python') options.python = argv[++at] ?? fail('--python needs a path');
    else if (argument === '--package') options.name = argv[++at] ?? fail('--package needs a name');
    else if (argument.startsWith('-')) fail(`unknown option ${argument}\n${USAGE}`);
    else options.folder = path.resolve(argument);
  }
  return options;
}

/** Folder of a package as the project sees it. */
function packageFolder(folder, name) {
  try {
    return path.dirname(createRequire(path.join(folder, 'x.js')).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function findPackage({ folder, name }) {
  for (const candidate of name === undefined ? NAMES : [name]) {
    const found = packageFolder(folder, candidate);
    if (found !== undefined) return found;
  }
  const wanted = name ?? NAMES[0];
  return fail(`${wanted} is not installed. Run: npm install --ignore-scripts ${wanted}@4.22.0`);
}

function findHeaders(folder) {
  const found = packageFolder(folder, 'node-api-headers');
  if (found === undefined)
    return fail('Node-API headers are missing. Run: npm install --no-save node-api-headers');
  return path.join(found, 'include');
}

/** Folder of Python's TensorFlow, found without importing it, which takes seconds. */
function findTensorFlow(python) {
  const ask =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
  let folder;
  try {
    folder = execFileSync(python, ['-c', ask], { encoding: 'utf8' }).trim();
  } catch {
    return fail(`${python} does not run. Name one that does: --python PYTHON`);
  }
  if (folder === '')
    return fail(`${python} has no TensorFlow. Run: ${python} -m pip install 'tensorflow[and-cuda]==2.18.*'`);
  if (!existsSync(path.join(folder, 'libtensorflow_cc.so.2'))) {
    return fail(`${folder} has no libtensorflow_cc.so.2: this way needs TensorFlow 2.18 on Linux.`);
  }
  return folder;
}

function compile({ source, headers, tensorflow, output }) {
  const binding = (file) => path.join(source, 'binding', file);
  mkdirSync(path.dirname(output), { recursive: true });
  // A library that a running process has open must not be written into.
  rmSync(output, { force: true });
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'];
  const includes = ['-I', headers, '-I', path.join(tensorflow, 'include')];
  const libraries = [`-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  const sources = [binding('tfjs_backend.cc'), binding('tfjs_binding.cc')];
  const command = [...flags, ...includes, ...sources, '-o', output, ...libraries, `-Wl,-rpath,${tensorflow}`];
  try {
    execFileSync(process.env.CXX ?? 'g++', command, { stdio: 'inherit' });
  } catch (error) {
    fail(
      error.code === 'ENOENT'
        ? 'g++ is missing. On Debian: apt-get install g++'
        : 'the compiler failed, see above',
    );
  }
}

const options = parse(process.argv.slice(2));
const source = findPackage(options);
const { name } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
const output = path.join(source, 'lib', 'napi-v8', 'tfjs_binding.node');
compile({ source, headers: findHeaders(options.folder), tensorflow: findTensorFlow(options.python), output });
process.stdout.write(`Built the binding of ${name}: ${output}\n`);

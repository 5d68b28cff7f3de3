// The Python environments API of ms-python.python, with one environment: the Python of the tests.
const { Uri } = require('vscode');

exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ id: 'chosen', path: 'chosen' }),
    resolveEnvironment: async ({ path }) =>
      path === 'chosen' ? { executable: { uri: Uri.file(process.env.TD_PYTHON) } } : undefined,
  },
});

/** "Get started with Training Debugger". */

export interface WalkthroughStep {
  title: string;
  description: string;
  /** Picture in media/walkthrough, and what it shows for those who cannot see it. */
  image: string;
  altText: string;
  completionEvents: string[];
}

export const walkthrough = {
  id: 'getStarted',
  title: 'Get started with Training Debugger',
  description: 'See a training live, find what goes wrong, and the line that causes it.',
};

export const walkthroughSteps: Record<
  'example' | 'start' | 'panel' | 'problems' | 'breakpoints' | 'runs',
  WalkthroughStep
> = {
  example: {
    title: 'Open an example',
    description:
      'The examples train on real data and need no download. One script is healthy, one has a mistake to find.\n' +
      '[Open Example](command:trainingDebugger.openExample)',
    image: 'example.png',
    altText: 'The folder of an example, with its training scripts, in the explorer.',
    completionEvents: ['onCommand:trainingDebugger.openExample'],
  },
  start: {
    title: 'Start a training',
    description:
      'Open a training script and start it, from here or with F5. The script is not changed: PyTorch and ' +
      'TensorFlow.js are observed from outside.\n[Start Training](command:trainingDebugger.start)',
    image: 'start.png',
    altText: 'The command Training: Start Training in the command palette.',
    completionEvents: ['onCommand:trainingDebugger.start', 'onContext:trainingDebugger.live'],
  },
  panel: {
    title: 'Watch it live',
    description:
      'Loss, learning rate, gradients and step time draw themselves while the script trains. Pause, resume and stop ' +
      'from the panel.\n[Show Panel](command:trainingDebugger.showPanel)',
    image: 'panel.png',
    altText: 'The panel with the curves of a running training.',
    completionEvents: ['onCommand:trainingDebugger.showPanel', 'onCommand:trainingDebugger.openRun'],
  },
  problems: {
    title: 'Find what goes wrong',
    description:
      'What goes wrong is named on the line of code that causes it, with the numbers that show it.\n' +
      '[Show Problems](command:workbench.actions.view.problems)',
    image: 'problems.png',
    altText: 'A finding in the Problems view and under the line of code it belongs to.',
    completionEvents: ['onCommand:workbench.actions.view.problems'],
  },
  breakpoints: {
    title: 'Stop where it goes wrong',
    description:
      'Tick in Breakpoints what must not happen, such as a loss that is not finite. The training stops before the update ' +
      'that would do the harm: look at the model, step back, change the learning rate, and go on.\n' +
      '[Show Breakpoints](command:workbench.debug.action.focusBreakpointsView)',
    image: 'breakpoints.png',
    altText:
      'A training stopped at its second step because the loss is infinite, with the model in Variables.',
    completionEvents: [
      'onCommand:workbench.debug.action.focusBreakpointsView',
      'onContext:trainingDebugger.paused',
    ],
  },
  runs: {
    title: 'Come back to any run',
    description:
      'Every run is kept in the workspace. A training goes on when the window closes, and is there when it opens again.\n' +
      '[Show Runs](command:trainingDebugger.runs.focus)',
    image: 'runs.png',
    altText: 'The Runs view with a running and several past trainings.',
    completionEvents: ['onView:trainingDebugger.runs'],
  },
};

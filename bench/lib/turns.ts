/** Processes that train by turns: what disturbs the machine disturbs all of them alike. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Seconds a step. */
export interface Cost {
  wall: number;
  cpu: number;
}

export interface Contestant {
  name: string;
  command: string[];
}

/** Starts all, gives each a turn in every round, and ends them; costs by contestant and round. */
export async function takeTurns(
  contestants: readonly Contestant[],
  rounds: number,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Cost[][]> {
  const hall = await Hall.open();
  const children = contestants.map((one) => hall.start(one, options));
  try {
    const players = await Promise.all(contestants.map(({ name }) => hall.arrived(name)));
    const costs = players.map((): Cost[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [i, play] of players.entries()) {
        const cost = await play();
        if (round > 0) costs[i]?.push(cost);
      }
    }
    return costs;
  } finally {
    hall.close();
    await Promise.all(
      children.filter((child) => child.exitCode === null).map((child) => once(child, 'exit')),
    );
  }
}

type Play = () => Promise<Cost>;

/** Where contestants wait for their turns. */
class Hall {
  private readonly here = new Map<string, Play>();
  private readonly waiting = new Map<string, (play: Play) => void>();
  private readonly sockets: Socket[] = [];
  private readonly server = createServer((socket) => this.admit(socket));

  static async open(): Promise<Hall> {
    const hall = new Hall();
    hall.server.listen(0, '127.0.0.1');
    await once(hall.server, 'listening');
    return hall;
  }

  start({ name, command }: Contestant, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
    const { port } = this.server.address() as AddressInfo;
    const [file = '', ...args] = command;
    const own = { ...env, BENCH_PORT: String(port), BENCH_NAME: name };
    const child = spawn(file, args, { cwd, env: own, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
    child.on('exit', (code) => {
      if (code === 0) return;
      console.error(`${name} failed: ${words}`);
      process.exit(1);
    });
    return child;
  }

  arrived(name: string): Promise<Play> {
    const play = this.here.get(name);
    return play ? Promise.resolve(play) : new Promise((resolve) => this.waiting.set(name, resolve));
  }

  /** Without a further turn all end. */
  close(): void {
    for (const socket of this.sockets) socket.end();
    this.server.close();
  }

  private admit(socket: Socket): void {
    this.sockets.push(socket);
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const play = async (): Promise<Cost> => {
      socket.write('go\n');
      return JSON.parse(String((await lines.next()).value)) as Cost;
    };
    void lines.next().then(({ value }) => {
      const name = String(value);
      this.here.set(name, play);
      this.waiting.get(name)?.(play);
    });
  }
}

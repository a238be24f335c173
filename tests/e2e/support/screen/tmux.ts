/** A terminal whose screen a test sees as a user does, with a shell in it. */
import { type Ground, socketVariable } from "../daemon.ts";
import { until } from "../../../support/until.ts";

/** Options of a terminal. */
export interface PaneOptions {
  readonly columns: number;
  readonly rows?: number;
  /** The program that `lxops` is; the one of the test by default. */
  readonly argv?: readonly string[];
  /** Words before the shell, such as a program that changes the user. */
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PROMPT = "$ ";

/** A terminal. */
export class Pane implements AsyncDisposable {
  readonly #socket: string;
  #ended = 0;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Opens a terminal with a shell in the directory of the test, where `lxops` is a command. */
  static async open(ground: Ground, options: PaneOptions): Promise<Pane> {
    const { columns, rows = 50, argv = ground.daemon.argv, before = [], env = {} } = options;
    const id = crypto.randomUUID().slice(0, 8);
    const [socket, file] = [`${ground.dir}/tmux-${id}`, `${ground.dir}/shell-${id}`];
    const words = argv.map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(file, `PS1='${PROMPT}'\nlxops() { ${words} "$@"; }\ncd '${ground.dir}'\n`);
    const variables = {
      HOME: ground.dir,
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      LC_ALL: "C.UTF-8",
      ENV: file,
      ...socketVariable(ground.daemon),
      ...env,
    };
    const pane = new Pane(socket);
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    // tmux says by TERM what its terminal can do.
    const start = ["new-session", "-d", ...size, ...before, "sh", "-i"];
    const { success, stderr } = await new Deno.Command("tmux", {
      args: ["-S", socket, "-f", "/dev/null", ...start],
      clearEnv: true,
      env: variables,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    await pane.until(/^\$/m);
    return pane;
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", this.#socket, ...args],
    })
      .output();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  /** Types keys, such as `C-c`, or text. */
  async type(text: string, ...keys: readonly string[]): Promise<void> {
    if (text !== "") await this.#tmux("send-keys", "-l", text);
    if (keys.length > 0) await this.#tmux("send-keys", ...keys);
  }

  /** Returns all lines, also those above the screen; with `colors`, with their sequences. */
  async screen(colors = false): Promise<string> {
    const text = await this.#tmux("capture-pane", "-p", ...(colors ? ["-e"] : []), "-S", "-");
    return `${text.trimEnd()}\n`;
  }

  /** Waits until a pattern is on the screen, and returns what is. */
  async until(pattern: RegExp): Promise<string> {
    let seen = "";
    await until(async () => {
      seen = await this.screen();
      return pattern.test(seen);
    }).catch((error) => {
      throw new Error(`There was no ${pattern} on the screen:\n${seen}`, { cause: error });
    });
    return seen;
  }

  /** Runs a command line and waits for its end. */
  async run(command: string): Promise<string> {
    await this.begin(command);
    return await this.ended();
  }

  /** Begins a command line. */
  async begin(command: string): Promise<void> {
    await this.type(`${command}; echo "exit $?"`, "Enter");
  }

  /** Waits for the end of the command line that began last. */
  async ended(): Promise<string> {
    this.#ended++;
    return await this.until(new RegExp(`(^exit \\d+\\n[^]*){${this.#ended}}\\$`, "m"));
  }

  /** Changes the width. */
  async resize(columns: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
  }
}

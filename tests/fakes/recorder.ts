/** The changing halves of daemon and machine, in memory: they record what they are asked, and answer as told. */
import type {
  Command,
  CommandResult,
  Exec,
  HostControl,
  InstanceControl,
  Push,
  Request,
} from "../../lib/ports.ts";

/** One thing that was asked for. */
export type Asked =
  | { readonly kind: "send"; readonly request: Request }
  | { readonly kind: "exec"; readonly exec: Exec }
  | { readonly kind: "push"; readonly push: Push }
  | { readonly kind: "run"; readonly command: Command }
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly mode: number };

/** How the fakes answer; whatever is absent succeeds and says nothing. An answer may throw. */
export interface Answers {
  readonly send?: (request: Request) => unknown;
  /** Lines of stdout, and the exit code. */
  readonly exec?: (exec: Exec) => { readonly lines?: readonly string[]; readonly code?: number };
  readonly run?: (command: Command) => Partial<CommandResult>;
  readonly push?: (push: Push) => void;
}

/** Both halves with the record of what they were asked, in order. */
export interface Recorder {
  readonly asked: readonly Asked[];
  readonly control: InstanceControl;
  readonly host: HostControl;
}

/** Makes them. An aborted signal is thrown, as the real ones do. */
export function recorder(answers: Answers = {}): Recorder {
  const asked: Asked[] = [];
  const record = (signal: AbortSignal, what: Asked) => {
    signal.throwIfAborted();
    asked.push(what);
  };
  return {
    asked,
    control: {
      send: async (request, signal) => {
        record(signal, { kind: "send", request });
        return await answers.send?.(request);
      },
      exec: async (exec, onLine, signal) => {
        record(signal, { kind: "exec", exec });
        const { lines = [], code = 0 } = await answers.exec?.(exec) ?? {};
        for (const line of lines) onLine(line, "stdout");
        return code;
      },
      push: async (push, signal) => {
        record(signal, { kind: "push", push });
        await answers.push?.(push);
      },
    },
    host: {
      run: async (command, onLine, signal) => {
        record(signal, { kind: "run", command });
        const { code = 0, stdout = "", stderr = "" } = await answers.run?.(command) ?? {};
        for (const line of stdout.split("\n").slice(0, -1)) onLine(line, "stdout");
        for (const line of stderr.split("\n").slice(0, -1)) onLine(line, "stderr");
        return { code, stdout, stderr };
      },
      writeText: (path, text, mode) => {
        asked.push({ kind: "write", path, text, mode });
        return Promise.resolve();
      },
    },
  };
}

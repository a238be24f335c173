/** A program in an instance of the fake daemon: its four sockets and its operation. */
import type { Reply, Rules } from "./fake_daemon.ts";
import { operation, started } from "./fake_daemon.ts";
import type { ClientFrame } from "./server_frames.ts";
import type { Wire } from "./wire.ts";

/** Opcodes of frames. */
export const TEXT = 1, BINARY = 2, PING = 9, PONG = 10;

/** Behaviour of a program at its sockets; each function ends by closing its socket. */
export interface FakeProgram {
  readonly stdout?: (wire: Wire) => Promise<void>;
  readonly stderr?: (wire: Wire) => Promise<void>;
  /** Frames that came on stdin and the control socket go here. */
  readonly onStdin?: (frame: ClientFrame) => void;
  readonly onControl?: (frame: ClientFrame) => void;
  /** Answer to the operation's wait, once `end()` of the returned program was called or at once. */
  readonly wait?: Reply;
  readonly get?: Reply;
}

/** Sends the end of a stream as the daemons do: an empty text, and no close frame. */
export async function endStream(wire: Wire): Promise<void> {
  await wire.frame(TEXT, "");
  wire.close();
}

/** Rules for one program in instance `c1`, which returns 0 unless told otherwise. */
export function execRules(program: FakeProgram): Rules {
  const fds = { "0": "in", "1": "out", "2": "err", control: "ctl" };
  return {
    "POST /1.0/instances/c1/exec": started({ metadata: { fds } }),
    "GET /1.0/operations/op/websocket": async (wire, { path }) => {
      const secret = new URLSearchParams(path.split("?")[1]).get("secret");
      await wire.upgrade();
      if (secret === "out") return await (program.stdout ?? endStream)(wire);
      if (secret === "err") return await (program.stderr ?? endStream)(wire);
      const take = secret === "in" ? program.onStdin : program.onControl;
      for await (const frame of wire.frames()) take?.(frame);
    },
    "GET /1.0/operations/op/wait": program.wait ?? operation(200, { metadata: { return: 0 } }),
    "GET /1.0/operations/op": program.get ?? operation(200, { metadata: { return: 0 } }),
  };
}

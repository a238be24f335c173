/** Programs in instances that tests run by themselves. */
import { connect } from "../../../scripts/testbed/rest.ts";

/** A program that a daemon has run, with files of its output. */
interface Ended {
  readonly return: number;
  readonly output: Readonly<Record<"1" | "2", string>>;
}

/**
 * Runs a shell script in an instance of the default project, and returns its exit code and output. One request does
 * it: to start lxops for each script would take much of a test's processor time.
 */
export async function runInside(
  socket: string,
  name: string,
  script: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  using rest = connect(socket);
  const ended = await rest.send("POST", `/1.0/instances/${name}/exec`, {
    "command": ["/bin/sh", "-c", script],
    "interactive": false,
    "record-output": true,
    "wait-for-websocket": false,
  }) as Ended;
  const [stdout, stderr] = [await rest.text(ended.output["1"]), await rest.text(ended.output["2"])];
  return { code: ended.return, stdout, stderr };
}

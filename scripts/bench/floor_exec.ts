/**
 * The barest way to a program's output: its sockets are opened, and what comes is counted.
 *
 * @module
 */

/** Runs a program in an instance and reads its output, at least so many bytes, to its end. */
export async function readOutput(
  socket: string,
  name: string,
  command: readonly string[],
  bytes: number,
): Promise<void> {
  const body = JSON.stringify({ command, "wait-for-websocket": true, interactive: false });
  using asking = await Deno.connect({ transport: "unix", path: socket });
  const head = `POST /1.0/instances/${name}/exec HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
  await asking.write(new TextEncoder().encode(`${head}Content-Length: ${body.length}\r\n\r\n${body}`));
  const answer = await new Response(asking.readable).text();
  const { operation, metadata } = JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
  const { fds } = metadata.metadata as { fds: Record<string, string> };
  const others = [fds["0"]!, fds["2"]!, fds["control"]!];
  const opened = await Promise.all(others.map((secret) => upgrade(socket, operation, secret)));
  const output = await upgrade(socket, operation, fds["1"]!);
  const buffer = new Uint8Array(65536);
  let read = 0;
  for (let count = await output.read(buffer); count !== null; count = await output.read(buffer)) {
    read += count;
  }
  for (const one of [...opened, output]) one.close();
  if (read < bytes) throw new Error(`The floor read ${read} of ${bytes} bytes`);
}

async function upgrade(socket: string, operation: string, secret: string): Promise<Deno.Conn> {
  const connection = await Deno.connect({ transport: "unix", path: socket });
  const head = [
    `GET ${operation}/websocket?secret=${secret} HTTP/1.1`,
    "Host: x",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
    "Sec-WebSocket-Version: 13",
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  return connection;
}

/** A line to a port of this machine that passes only so many bytes in a second. */

/** A line, until the end of the test. */
export interface SlowRelay extends AsyncDisposable {
  readonly port: number;
}

/** Passes connections on to a port; what comes back takes its time. */
export function slowRelay(port: number, bytesPerSecond: number): SlowRelay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let due = performance.now();
  const passOn = async (from: Deno.Conn, to: Deno.Conn, isSlow: boolean) => {
    const buffer = new Uint8Array(65536);
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
      if (!isSlow) continue;
      // All connections share the line.
      due = Math.max(due, performance.now() - 50) + count * 1000 / bytesPerSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    await to.closeWrite();
  };
  const accept = async () => {
    for await (const near of listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const one of [near, far]) open.add(one);
      // A side that closes ends both.
      Promise.all([passOn(near, far, false), passOn(far, near, true)]).catch(() => {}).finally(() => {
        for (const one of [near, far]) {
          open.delete(one);
          one.close();
        }
      }).catch(() => {});
    }
  };
  const accepting = accept().catch(() => {});
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const one of open) {
        try {
          one.close();
        } catch {
          // Its other side has closed it.
        }
      }
    },
  };
}

import { assertEquals, assertRejects } from "@std/assert";
import { writeParts } from "../../../lib/adapters/transport/multipart.ts";
import { ServerError } from "../../../lib/base/errors.ts";

const BODY = [
  "--xyz\r\nContent-Disposition: form-data; name=metadata\r\n\r\nme\r\n--xy\r\nta",
  "\r\n--xyz\r\nContent-Disposition: form-data; name=rootfs\r\n\r\nroot\r\n\r\n-",
  "\r\n--xyz--\r\n",
].join("");

async function parts(text: string, chunk: number): Promise<readonly string[]> {
  const bytes = new TextEncoder().encode(text);
  const chunks = Array.from(
    { length: Math.ceil(bytes.length / chunk) },
    (_, index) => bytes.slice(index * chunk, (index + 1) * chunk),
  );
  const found: string[] = [];
  await writeParts(ReadableStream.from(chunks), "xyz", (index) => {
    found.push("");
    return Promise.resolve({
      write: (bytes) => Promise.resolve(void (found[index] += new TextDecoder().decode(bytes))),
      done: () => Promise.resolve(void (found[index] += "|")),
      drop: () => Promise.resolve(void (found[index] = "dropped")),
    });
  });
  return found;
}

Deno.test("writeParts() finds the parts, wherever the chunks end", async () => {
  for (let chunk = 1; chunk <= BODY.length; chunk++) {
    assertEquals(await parts(BODY, chunk), ["me\r\n--xy\r\nta|", "root\r\n\r\n-|"], `chunks of ${chunk}`);
  }
});

Deno.test("writeParts() keeps nothing of a body that is cut off", async () => {
  for (let size = 0; size < BODY.length - 4; size += 7) {
    await assertRejects(() => parts(BODY.slice(0, size), 16), ServerError, "download was cut short");
  }
});

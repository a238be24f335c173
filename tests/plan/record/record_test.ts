import { assert, assertEquals } from "@std/assert";
import {
  decodeRecord,
  encodeRecord,
  type InstanceRecord,
  RECORD_BYTES,
} from "../../../lib/plan/record/record.ts";
import { hashesOf, hmac, itemHash, itemHashes, valueHash } from "../../../lib/plan/record/hashes.ts";
import { shownBody } from "../../../lib/plan/record/shown.ts";

const RECORD: InstanceRecord = {
  lxops: "1.0.0",
  time: 1_796_000_000,
  config: "0123456789abcdef",
  commit: "a".repeat(40),
  clean: false,
  image: "tiny",
  fingerprint: "f00d".repeat(16),
  type: "container",
  profiles: ["default", "a.lxops"],
  profileDevices: { home: "0a0b0c0d" },
  profileKeys: {},
  devices: {},
  keys: { "limits.memory": "01020304", "boot.autostart": "01020304/05060708" },
  filesystems: { "home.recordsize": "01020304" },
  idmap: "1000000:1000000",
  items: ["0123456789ab", "kba9876543210", "?"],
  key: "01234567",
};

Deno.test("a record is read as it was written", () => {
  assertEquals(decodeRecord(encodeRecord(RECORD)), RECORD);
  assertEquals(decodeRecord(encodeRecord({ lxops: "" })), { lxops: "" });
});

Deno.test("a record never exceeds its size, and keeps what matters most", () => {
  const items = Array.from({ length: 1500 }, (_, index) => index.toString(16).padStart(12, "0"));
  const many = decodeRecord(encodeRecord({ ...RECORD, items }));
  assert(typeof many?.items === "string" && many.items.startsWith("1500:"));
  assertEquals(many.keys, RECORD.keys);
  const keys = hashesOf(Object.fromEntries(items.map((name) => [`user.${"x".repeat(20)}${name}`, name])));
  const text = encodeRecord({ ...RECORD, items, keys });
  assert(new TextEncoder().encode(text).length <= RECORD_BYTES);
  const less = decodeRecord(text);
  assertEquals([less?.keys, less?.image], [undefined, "tiny"]);
  const names = Array.from({ length: 1000 }, (_, index) => `profile-\u00e9-${index}`);
  const least = encodeRecord({ ...RECORD, keys, profiles: names, devices: keys, items });
  assert(new TextEncoder().encode(least).length <= RECORD_BYTES);
  assertEquals(decodeRecord(least)?.profiles, undefined);
});

Deno.test("a text that is no record is ignored, and invalid parts of a record are left out", () => {
  for (
    const text of [
      undefined,
      "",
      "{",
      "null",
      "[]",
      '"x"',
      "1e999",
      '{"v":2,"lxops":"9"}',
      '{"lxops":"1"}',
      `{"v":1,"lxops":"${"x".repeat(RECORD_BYTES)}"}`,
      "[".repeat(4000),
    ]
  ) assertEquals(decodeRecord(text), undefined, text?.slice(0, 20));
  const hostile = {
    v: 1,
    lxops: 7,
    time: -1,
    config: ["x"],
    clean: "yes",
    profiles: ["a", 1],
    keys: { a: 1 },
    devices: ["x"],
    items: [{}],
    key: "k".repeat(2000),
    idmap: null,
    surplus: "x",
  };
  assertEquals(decodeRecord(JSON.stringify(hostile)), { lxops: "" });
  const polluted = decodeRecord('{"v":1,"lxops":"1","keys":{"__proto__":"01"},"__proto__":{"image":"x"}}');
  assertEquals(polluted?.image, undefined);
  assertEquals(({} as Record<string, unknown>)["image"], undefined);
});

Deno.test("hashes do not depend on the order of keys, and tell absent from empty", () => {
  assertEquals(valueHash({ a: "1", b: "2" }), valueHash({ b: "2", a: "1" }));
  assert(valueHash("") !== valueHash({}));
  assert(valueHash({ a: "1" }) !== valueHash({ a: "1", b: "" }));
});

Deno.test("items with secrets are hashed with a key, and not at all without one", () => {
  // RFC 4231, test case 2, with its key padded to 32 bytes, which HMAC does itself.
  const key = `${"4a656665"}${"00".repeat(28)}`;
  assertEquals(
    hmac(key, "what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  const id = "ab".repeat(32);
  assertEquals(itemHash({ id, secret: false }, undefined), "abababababab");
  assertEquals(itemHash({ id, secret: true }, undefined), "?");
  assertEquals(itemHash({ id, secret: true }, key), `k${hmac(key, id).slice(0, 12)}`);
  assertEquals(itemHashes({}, key), undefined);
});

Deno.test("a shown script has the same record each time, without keyed hashes", () => {
  const record = encodeRecord(RECORD);
  const body = shownBody({ config: { "user.a": "1", "user.lxops.record": record } }) as {
    readonly config: Readonly<Record<string, string>>;
  };
  const { time: _time, key: _key, ...rest } = RECORD;
  assertEquals(body.config["user.a"], "1");
  assertEquals(decodeRecord(body.config["user.lxops.record"]), {
    ...rest,
    items: ["0123456789ab", "?", "?"],
  });
  for (
    const other of [undefined, null, "x", {}, { config: null }, { config: { "user.lxops.record": "x" } }]
  ) {
    assertEquals(shownBody(other), other);
  }
});

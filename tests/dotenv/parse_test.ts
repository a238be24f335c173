import { assert, assertEquals } from "@std/assert";
import { parseDotenv } from "../../lib/dotenv/parse.ts";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  SHELL_VALUE: "from the shell",
  EMPTY: "",
  BOTH: "shell",
};
const lookup = (name: string) => ENVIRONMENT[name];

function values(text: string): Record<string, string> {
  const { values, issues } = parseDotenv(".env", text, lookup);
  assertEquals(issues.filter(({ severity }) => severity === "error"), [], text);
  return Object.fromEntries(values);
}

/** Each rule of compose with a text and its values; most rows are from the tests of compose. */
const RULES: readonly (readonly [rule: string, text: string, values: Record<string, string>])[] = [
  ["a byte order mark is skipped", "\ufeffA=1", { A: "1" }],
  ["blank lines and comments are skipped", "\n  \t\n# c\n\t # c\nA=1\n\r\n", { A: "1" }],
  ["a file can be empty", "", {}],
  ["a file can have only a comment", "# A=1", {}],
  ["export is skipped", "export A=1\nexport\tB=2\n  export C=3", { A: "1", B: "2", C: "3" }],
  ["a name can begin with export", "exportA=1\nexport_B =2\nexport.C= 3", {
    exportA: "1",
    export_B: "2",
    "export.C": "3",
  }],
  ["names have letters, digits and _ . - [ ]", "a_.-[0]=1\n\u00e9=2", { "a_.-[0]": "1", "\u00e9": "2" }],
  ["a name that begins with a digit is dropped", "456 = ABC\nA=1", { A: "1" }],
  ["a colon separates, too", "A: 1\nB:2\nC: x=y\nD=1:2", { A: "1", B: "2", C: "x=y", D: "1:2" }],
  ["blanks around the separator are trimmed", "A =1\nB= 2\nC = 3\n D\t=\t4", {
    A: "1",
    B: "2",
    C: "3",
    D: "4",
  }],
  ["a name alone is inherited", "SHELL_VALUE\nNOT_THERE\nA=1", { SHELL_VALUE: "from the shell", A: "1" }],
  ["a name alone is inherited at the end of the file", "A=1\nEMPTY", { A: "1", EMPTY: "" }],
  ["nothing is the empty value", "A=\nB =  \nC=''\nD=\"\"", { A: "", B: "", C: "", D: "" }],
  ["a value goes to the end of the line", "A=some words, and = signs= ", { A: "some words, and = signs=" }],
  ["a hash after a blank begins a comment", "A=x # c\nB=x #c\nC=x #\nD=12#3\nE=#", {
    A: "x",
    B: "x",
    C: "x",
    D: "12#3",
    E: "#",
  }],
  ["single quotes are literal", `A='$B \\n "x" # y'`, { A: `$B \\n "x" # y` }],
  ["a single quote is escaped in single quotes", `A='Let\\'s go'\nB='a\\\\'`, { A: "Let's go", B: "a\\\\" }],
  ["single quotes span lines", "A='one\n two\n'\nB=1", { A: "one\n two\n", B: "1" }],
  ["double quotes span lines", 'A="one\n# two\n"\nB=1', { A: "one\n# two\n", B: "1" }],
  ["a comment can be behind quotes", `A="x#y" # c\nB='x#y'# c\nC="x"#`, { A: "x#y", B: "x#y", C: "x" }],
  [
    "double quotes have the escapes of echo",
    `A="Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z\\""`,
    { A: 'Z\x07Z\bZ\fZ\nZ\rZ\tZ\vZ\\ZSZ"' },
  ],
  ["other escapes stay", `A="\\x07 \\u12e4 \\ b \\c"\nB=a\\tb`, { A: "\\x07 \\u12e4 \\ b \\c", B: "a\\tb" }],
  ["a backslash can be escaped before a quote", `A="a\\\\"\nB="\\\\r"`, { A: "a\\", B: "\\r" }],
  ["names are expanded", 'A=1\nB=$A\nC=${A}x\nD="$A ${A}"', { A: "1", B: "1", C: "1x", D: "1 1" }],
  ["a dollar sign is written twice, or escaped in double quotes", 'A=$$B\nC="\\$B"\nD="\\${B}"', {
    A: "$B",
    C: "$B",
    D: "${B}",
  }],
  ["another dollar sign stays", "A=5$\nB=$1\nC=a$,", { A: "5$", B: "$1", C: "a$," }],
  ["the shell wins over earlier lines", "BOTH=file\nA=$BOTH", { BOTH: "file", A: "shell" }],
  ["defaults for unset and empty names", "A=${NO:-d}\nB=${EMPTY:-d}\nC=${NO-d}\nD=${EMPTY-d}", {
    A: "d",
    B: "d",
    C: "d",
    D: "",
  }],
  ["required names", "A=${BOTH:?no}\nB=${EMPTY?no}", { A: "shell", B: "" }],
  ["other values for names that are set", "A=${BOTH:+r}\nB=${EMPTY:+r}\nC=${EMPTY+r}\nD=${NO+r}", {
    A: "r",
    B: "",
    C: "r",
    D: "",
  }],
  ["defaults are nested", "A=${NO:-${NO2:-${BOTH}}}!", { A: "shell!" }],
  ["a later line wins", "A=1\nA=2", { A: "2" }],
  ["lines can end as on Windows", 'A=1\r\nB="2"\r\nC=3 # c\r\n', { A: "1", B: "2", C: "3" }],
  ["a value can have any text", "A=p@ss;w&rd|<>*?'\"!\u00e8", { A: "p@ss;w&rd|<>*?'\"!\u00e8" }],
];

for (const [rule, text, expected] of RULES) {
  Deno.test(`.env: ${rule}`, () => assertEquals(values(text), expected));
}

const WRONG: readonly (readonly [text: string, line: number, message: RegExp])[] = [
  ["A=1\nB C=2", 2, /no blanks/],
  ["lol$wut", 1, /"\$" cannot be in a name/],
  ["=x", 1, /A name is expected/],
  ["A=1\nB='x\ny", 2, /"B" has no closing '/],
  ['A="x\\"', 1, /"A" has no closing "/],
  [`A='x"`, 1, /no closing/],
  [`A="x"y`, 1, /text behind its closing "/],
  [`A='x\ny' z\nB=1`, 1, /text behind its closing '/],
  ["A=1\nB=$NOT_SET", 2, /"B": "NOT_SET" has no value/],
  ["A=${NOT_SET}", 1, /has no value/],
  ["A=${NO:?set it}", 1, /"NO" has no value: set it/],
  ["A=${EMPTY:?set it}", 1, /"EMPTY" is empty: set it/],
  ["A=${1}", 1, /is not NAME/],
  ["A=${B C}", 1, /is not NAME/],
  ["A=x${B", 1, /no closing brace/],
  ['A="\\0000"', 1, /NUL/],
  ["A=1\nif [ -f x ]; then", 2, /"if" is of a shell script/],
  ["fi", 1, /"fi" is of a shell script/],
  ["source ../common", 1, /"source" is of a shell script/],
  [". ../common", 1, /"\." is of a shell script/],
  ["start() {", 1, /function of a shell script/],
  ["A+=x", 1, /of bash/],
];

for (const [text, line, message] of WRONG) {
  Deno.test(`.env: ${JSON.stringify(text)} is an error at its line`, () => {
    const errors = parseDotenv(".env", text, lookup).issues.filter(({ severity }) => severity === "error");
    assertEquals(errors.length, 1, JSON.stringify(errors));
    assertEquals(errors[0]!.line, line);
    assert(message.test(errors[0]!.message), errors[0]!.message);
  });
}

const HABITS: readonly (readonly [text: string, message: RegExp])[] = [
  ["A=$(hostname -f)", /\$\(\.\.\.\)/],
  ['A="x $(id -u)"', /\$\(\.\.\.\)/],
  ["A=`hostname`", /backticks/],
  ["A=(one two)", /array of bash/],
  ["A=$((1 + 2))", /\$\(\(\.\.\.\)\)/],
  ["A=$'x\\n'", /dollar sign/],
];

for (const [text, message] of HABITS) {
  Deno.test(`.env: ${text} is named as a habit of bash`, () => {
    const { issues, values } = parseDotenv(".env", `\n${text}`, lookup);
    assertEquals(issues.map(({ severity, line }) => [severity, line]), [["warning", 2]]);
    assert(message.test(issues[0]!.message), issues[0]!.message);
    assert(values.has("A"));
  });
}

Deno.test(".env: single quotes take the warning about a habit of bash away", () => {
  for (const text of ["A='$(x)'", "A='`x`'", "A='(one two)'", "source = x", "done=1", "if: 1"]) {
    assertEquals(parseDotenv(".env", text).issues, [], text);
  }
});

Deno.test(".env: the name of a shell word can be a name, where it is assigned", () => {
  assertEquals(values("source = x\nset: y\nexport=z"), { source: "x", set: "y", export: "z" });
});

/** Returns numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const PIECES = [
  "A",
  "B1",
  "KEY_X",
  "=",
  ":",
  " ",
  "\t",
  "\n",
  "\r\n",
  "'",
  '"',
  "\\",
  "#",
  " #",
  "$",
  "${",
  "}",
  "${A}",
  "${A:-x}",
  "$A",
  "$$",
  "export ",
  "value",
  "\u00e9",
  "(",
  ")",
  "`",
  "\0",
  "\ufeff",
  "1",
];

Deno.test(".env: 2,000 generated files never crash, and no error shows the content of a line", () => {
  const random = numbers(7);
  for (let file = 0; file < 2000; file++) {
    const text = Array.from({ length: random(60) }, () => PIECES[random(PIECES.length)]).join("");
    const { values, lines, issues } = parseDotenv(".env", text, lookup);
    const count = text.split("\n").length;
    for (const line of [...lines.values(), ...issues.map(({ line = 1 }) => line)]) {
      assert(line >= 1 && line <= count, `${JSON.stringify(text)}: line ${line} of ${count}`);
    }
    for (const [name, value] of values) {
      assert(!/\s/.test(name) && !value.includes("\0"), JSON.stringify(text));
    }
    assert(issues.every(({ message }) => !message.includes("value ${")), JSON.stringify(issues));
  }
});

Deno.test(".env: values in every form of quotes are read back unchanged, in 2,000 generated files", () => {
  const random = numbers(11);
  const letters = [
    "a",
    "B",
    "7",
    " ",
    "#",
    "$",
    "'",
    '"',
    "\\",
    "=",
    ":",
    "`",
    "(",
    "\n",
    "\u00e8",
    "{",
    "}",
  ];
  for (let file = 0; file < 2000; file++) {
    const expected: [string, string][] = [];
    const lines: string[] = [];
    for (let index = 0; index < 1 + random(6); index++) {
      const value = Array.from({ length: random(12) }, () => letters[random(letters.length)]).join("");
      const name = `N${index}`;
      const inDouble = value.replaceAll(/[\\"$]/g, (found) => `\\${found}`);
      const plain = value.replaceAll("$", "$$$$");
      const isPlain = value !== "" && value === value.trim() && !/^['"]|\n| #/.test(value);
      const isSingle = !/\\(?:'|$)|\\\\/.test(value);
      const way = random(3);
      lines.push(
        `${random(2) ? "export " : ""}${name}${random(2) ? " = " : "="}${
          way === 0 && isPlain
            ? plain
            : way === 1 && isSingle
            ? `'${value.replaceAll("'", "\\'")}'`
            : `"${inDouble}"`
        }${random(2) ? " # comment" : ""}`,
      );
      expected.push([name, value]);
    }
    const text = lines.join(random(2) ? "\n" : "\n\n");
    assertEquals(values(text), Object.fromEntries(expected), text);
  }
});

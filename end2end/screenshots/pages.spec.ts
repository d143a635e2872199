import { test } from "../fixtures/test";

const widths = [390, 820, 1440];
const question = "What is a brook, and why is it never the same?";
const answer = [
  "A brook is a small stream: it comes from somewhere, goes somewhere, and is never still.",
  "Heraclitus said that nobody steps into the same river twice. 溪流不息，水非前水。 🌊",
  "What you saw of it stays with you, even when the water has gone on.",
].join("\n\n");

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of widths) {
    test.describe(`${colorScheme} ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: width < 500 ? 844 : 900 } });

      test("pictures", async ({ api, chat, page, upstream }) => {
        const picture = (name: string) => page.screenshot({ path: `../target/screenshots/${name}-${colorScheme}-${width}.png` });
        await chat.open();
        await picture("new");
        const { conversation } = await api.send("echo", answer);
        await upstream.answered(answer);
        await api.send("echo", question, conversation);
        await upstream.answered(question);
        await chat.open(conversation);
        await chat.reply.is("complete");
        await picture("conversation");
        await chat.choose("gated");
        await chat.say(answer);
        await upstream.release(answer, 20);
        await chat.reply.is("streaming");
        await picture("streaming");
        await chat.stop.click();
        await chat.reply.is("stopped");
        await chat.choose("refuse-500");
        await chat.say("And now an error.");
        await chat.reply.is("failed");
        await picture("error");
      });
    });
  }
}

/** The page on which agents are trained, in the hands of a test. @module */
import type { Locator, Page } from "npm:playwright-core@1.65.1";

/** What a person does on the page, and what there is to read. */
export class TrainingPage {
  /** The page itself. */
  readonly page: Page;
  /** The sentence that tells where the run is. */
  readonly status: Locator;

  /** A page that has been opened. */
  constructor(page: Page) {
    this.page = page;
    this.status = page.locator("#status").getByRole("status");
  }

  /** Chooses a preset. */
  async choose(preset: string): Promise<void> {
    await this.page.getByLabel("What is learned").selectOption(preset);
  }

  /** Presses a button of the controls. */
  async press(name: "Train" | "Pause" | "Step" | "Episode" | "Reset"): Promise<void> {
    await this.page.locator("#controls").getByRole("button", { name, exact: true }).click();
  }

  /** Waits until the status is or begins with a text, and returns all of it. */
  async reaches(text: string): Promise<string> {
    const found = this.status.filter({ hasText: new RegExp(`^${text}`) });
    const failure = this.page.locator("#status").getByRole("alert");
    await found.or(failure).first().waitFor();
    if (await failure.isVisible()) throw new Error(`It failed: ${await failure.innerText()}`);
    return await this.status.innerText();
  }

  /** A count of the status panel. */
  async count(name: "steps" | "updates" | "episodes"): Promise<number> {
    const cell = this.page.locator("#status dl > div").filter({
      has: this.page.getByText(name, { exact: true }),
    });
    return Number((await cell.locator("dd").innerText()).replaceAll(",", ""));
  }

  /** Waits until a count of the status panel is what a test wants. */
  async until(name: "steps" | "updates" | "episodes", test: (count: number) => boolean): Promise<number> {
    for (;;) {
      const count = await this.count(name);
      if (test(count)) return count;
      await this.page.waitForTimeout(50);
    }
  }

  /** What the status panel tells of the device. */
  async device(): Promise<string> {
    return await this.page.locator("#status .device").innerText();
  }
}

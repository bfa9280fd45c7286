import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { MessageBody } from "./MessageBody";

it("shows text as it was written", () => {
  const { container } = render(<MessageBody text={"<b>not bold</b>\nnext"} html={null} />);
  expect(container.textContent).toBe("<b>not bold</b>\nnext");
  expect(container.querySelector("b, strong")).toBeNull();
});

it("shows the formatting the desk let through and nothing beside it", () => {
  const html =
    '<p>A <strong>bold</strong> <em onclick="alert(1)">word</em><script>alert(1)</script></p>' +
    '<img src="https://elsewhere.example/x.png"><iframe src="https://elsewhere.example"></iframe><p style="color:red">end</p>';
  const { container } = render(<MessageBody text="" html={html} />);
  expect(screen.getByText("bold").tagName).toBe("STRONG");
  expect(container.querySelector("script, img, iframe, [onclick], [style]")).toBeNull();
});

it("opens links of known kinds alone, away from this page", () => {
  const html =
    '<a href="https://example.org">good</a> <a href="javascript:alert(1)">bad</a> <a href="data:text/html,x">worse</a>';
  render(<MessageBody text="" html={html} />);
  const good = screen.getByText("good");
  expect(good.getAttribute("href")).toBe("https://example.org");
  expect(good.getAttribute("rel")).toContain("noopener");
  expect(screen.getByText("bad").getAttribute("href")).toBeNull();
  expect(screen.getByText("worse").getAttribute("href")).toBeNull();
});

// What every page runs. Pages are complete without it.
import { startBoards } from "./board.js";

startBoards();

// The language switch stays at the same place of the page, with the same choice.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
}

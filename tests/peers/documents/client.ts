// A client of the bookstore on types that openapi-typescript made of its /openapi.json: tsc holds it to them, and
// test/client.test.mjs runs it.

import createClient from "openapi-fetch";
import type { paths } from "./generated/bookstore.ts";

function found<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

/** Buys a book that was put on the shelf first; what came back on the way. */
export async function shop(baseUrl: string) {
  const api = createClient<paths>({ baseUrl });
  const added = found(await api.POST("/books", { body: { title: "Dune" } }));
  const book = found(await api.GET("/books/{id}", { params: { path: { id: added.id } } }));
  const books = found(await api.GET("/books/"));
  const same = found(await api.POST("/books.BookService/GetBook", { body: { id: book.id } }));
  const { orderId } = found(await api.POST("/orders", { body: { bookId: book.id, quantity: 2 } }));
  const events = found(
    await api.GET("/orders/{order_id}/events", {
      params: { path: { order_id: Number(orderId) } },
      headers: { accept: "application/json" },
    }),
  );
  const states = Array.isArray(events) ? events.map((event) => ("state" in event ? event.state : event.error)) : [];
  return { title: book.title, titles: books.map((entry) => entry.title), same: same.title, orderId, states };
}

/** Asks for a book that is not there; the number of the code and the message. */
export async function miss(baseUrl: string) {
  const { error, response } = await createClient<paths>({ baseUrl }).GET("/books/{id}", {
    params: { path: { id: 999_999 } },
  });
  if (error === undefined) throw new Error("there is such a book");
  // Of a status and of problem details alike.
  const message: string = error.message;
  return { status: response.status, error, message };
}

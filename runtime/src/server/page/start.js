// No validator: it would send the document to another host.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  onComplete: () => {
    const info = window.ui.specSelectors.info();
    if (info && info.get("title")) document.title = info.get("title");
  },
});

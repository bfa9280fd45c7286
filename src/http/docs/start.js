"use strict";

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#api",
    deepLinking: true,
    filter: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    // Without this, Swagger UI would send the document's address to a service of its makers.
    validatorUrl: null,
  });
});

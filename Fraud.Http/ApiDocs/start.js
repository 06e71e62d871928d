'use strict';

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  docExpansion: 'list',
  // Beyond this a field's fields are folded.
  defaultModelExpandDepth: 3,
  defaultModelsExpandDepth: 0,
  // Would ask a server elsewhere.
  validatorUrl: null,
});

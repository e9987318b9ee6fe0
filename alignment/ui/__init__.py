"""The look of the product: components, charts, template tags and the browser's own modules; no domain in it."""

"""Questions about an edition in plain Polish and English, understood without any model: pure."""

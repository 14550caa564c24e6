-- ---
-- moonlab: {format: 1, seed: 1}
-- ---


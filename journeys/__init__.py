"""The roof: one public function for each journey that needs several floors. No tables, no rules."""

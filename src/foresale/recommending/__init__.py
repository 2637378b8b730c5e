"""What each customer will want next: from what he bought, what others like him buy, and what is in demand now."""

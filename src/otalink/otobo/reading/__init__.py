"""What OTOBO's database says, by SELECT alone and with times in UTC."""

"""Booking an expert: rota, free time slots, holds, bookings, waiting list, the talk of them."""

"""Booking an expert: rota, free time slots, holds, bookings, waiting list, and the talk about them."""
